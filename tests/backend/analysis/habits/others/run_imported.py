from subprocess import run


def init(repository):
    run(["git", "init", repository], check=True)
