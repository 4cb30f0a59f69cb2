from greeting_lib import greet


def handler(event, context):
    return {"answer": greet(event["name"])}
