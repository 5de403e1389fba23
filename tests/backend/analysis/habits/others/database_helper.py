import sqlite3

_connection = None


def init(url):
    global _connection
    _connection = sqlite3.connect(url)


def run():
    return _connection.execute("select 1").fetchall()
