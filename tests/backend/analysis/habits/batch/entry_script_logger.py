import argparse

from azureml_user.parallel_run import EntryScript


def init():
    global log
    entry_script = EntryScript()
    log = entry_script.logger
    log.info("init")


def run(files):
    return [name.upper() for name in files]
