from shared.money import price


def handler(event, context):
    """Writes a bill."""
    return {"text": f"Please pay {price(event['cents'])}."}
