# expect: AML108
# request: {"a": 1}
def init():
    pass


def run(input_data):
    answer = {}
    for key, value in input_data.items():
        answer[key] = value * 2
    return answer
