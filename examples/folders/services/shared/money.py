import humanize


def price(cents):
    """A price as people read it."""
    return f"EUR {humanize.intcomma(cents / 100, 2)}"
