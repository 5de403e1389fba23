import unittest

import score


class TestScore(unittest.TestCase):
    def setUp(self):
        score.init()

    def test_run(self):
        self.assertEqual(score.run("[1]"), [1])


def run():
    unittest.main()
