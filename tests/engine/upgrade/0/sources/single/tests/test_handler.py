"""Tests never ship."""
