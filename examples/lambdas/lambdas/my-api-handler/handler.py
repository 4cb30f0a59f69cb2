import json

import boto3
from aws_lambda_powertools import Logger

from settings import Settings

settings = Settings()
logger = Logger(service="my-api-handler", level=settings.log_level)
functions = boto3.client("lambda")


def handler(event, context):
    """Hands the order that is posted to the worker, and does not wait for it."""
    order = json.loads(event["body"])
    functions.invoke(FunctionName=settings.worker_name, InvocationType="Event", Payload=json.dumps(order))
    logger.info("accepted an order")
    return {"statusCode": 202, "body": json.dumps({"accepted": order["id"]})}
