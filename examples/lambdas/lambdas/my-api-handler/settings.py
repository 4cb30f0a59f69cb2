from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    worker_name: str
    log_level: str = "INFO"
