# Every target works in a fresh clone: what the machine lacks is fetched first. Sub-steps are scripts of tools/.
.DEFAULT_GOAL := help
.PHONY: help setup build demo test lint format generate sdks dist unit engine check-aws clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r target what; do printf '  make %-9s %s\n' "$$target" "$$what"; done

setup: ## install what this machine lacks (cache folder outside the checkout), compile the plugin
	@tools/setup

build: ## compile the plugin into dist/
	@tools/setup plugin

demo: ## deploy an example with the real engine, invoke it, preview, edit, preview, clean up
	@tools/demo

test: ## everything: setup, lint, all tests
	@tools/test-all

lint: ## formatting, rules, types, generated files
	@tools/setup checkout shellcheck
	@tools/lint

format: ## rewrite files the way `make lint` wants them
	@tools/setup checkout
	@npx prettier --write --log-level warn .
	@npx eslint --fix .

generate: setup ## types of schema.json and the SDKs
	@tools/generate

sdks: setup ## the SDKs in sdk/ alone
	@tools/sdks

dist: ## everything that is published, in release/
	@tools/setup plugin uv
	@tools/dist

unit: ## unit tests only
	@tools/setup checkout uv pythons nodes
	@tools/test unit

engine: setup ## tests with the real Pulumi engine only
	@tools/test engine

check-aws: ## let the real AWS provider of this machine judge the resources: plans and `terraform validate`
	@tools/setup checkout ministack ric aws-bridge
	@tools/test tests/aws/terraform.test.ts tests/aws/replacement.test.ts

clean: ## remove what was compiled; the cache folder of tools/setup stays
	@rm -rf dist release
