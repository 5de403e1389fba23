# expect: AML116
# request: {"data": [1]}
import json

logger = logging.getLogger(__name__)


def init():
    pass


def run(raw_data):
    return json.loads(raw_data)
