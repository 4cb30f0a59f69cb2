from aws_lambda_powertools import Logger

from my_worker import clients

logger = Logger(service="my-worker")


def handler(order, context):
    """Says where the shop keeps the order."""
    with clients.shop() as shop:
        request = shop.build_request("GET", f"/orders/{order['id']}")
    logger.info("worked off an order")
    return {"url": str(request.url)}
