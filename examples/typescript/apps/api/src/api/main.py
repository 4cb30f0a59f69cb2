import json

import humanize

from shared.greeting import greet


def handler(event, context):
    """Answers an API Gateway (HTTP API) request."""
    name = (event.get("queryStringParameters") or {}).get("name", "world")
    memory = humanize.naturalsize(int(context.memory_limit_in_mb) * 1024 * 1024, binary=True)
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"message": greet(name), "memory": memory}),
    }
