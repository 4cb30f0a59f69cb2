from shared.money import price


def handler(event, context):
    """Accepts an order."""
    return {"accepted": event["id"], "price": price(event["cents"])}
