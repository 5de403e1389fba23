# expect: AML108
# request: {"question": "x"}
def init():
    pass


def run(request):
    question = request.get("question", "")
    context = request.get("context", "")
    return {"answer": question + context}
