import humanize


def handler(event, context):
    """Answers with the numbers of the event, easy to read."""
    return {name: humanize.intcomma(value) for name, value in event.items() if isinstance(value, int)}
