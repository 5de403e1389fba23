class Pipeline:
    def init(self, config):
        self.config = config

    def run(self, *args, **kwargs):
        return args, kwargs


def main():
    Pipeline().run()
