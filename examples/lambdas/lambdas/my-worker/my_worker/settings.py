from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    shop_url: str = "https://shop.example"
