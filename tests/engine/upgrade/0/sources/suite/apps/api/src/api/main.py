from greeting_lib import greet
from shared.text import shout


def handler(event, context):
    return {"answer": shout(greet(event["name"]))}
