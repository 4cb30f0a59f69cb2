from settings import Settings


def test_settings_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("WORKER_NAME", "my-worker")
    assert Settings().log_level == "INFO"
