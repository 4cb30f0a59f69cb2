import httpx

from my_worker.settings import Settings


def shop() -> httpx.Client:
    return httpx.Client(base_url=Settings().shop_url, timeout=5)
