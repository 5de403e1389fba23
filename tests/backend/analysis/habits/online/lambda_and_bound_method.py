# request: [1]
import json


class Service:
    def start(self):
        self.ready = True


service = Service()
init = service.start
run = lambda raw_data: {"ready": service.ready, "data": json.loads(raw_data)}
