# request: {"a": 1}
import json

def init():
	global factor
	factor = 2

def run(raw_data):
	try:
		body = json.loads(raw_data)
	except ValueError as ex:
		return {'error': str(ex)}
	else:
		return {key: value * factor for key, value in body.items()}
