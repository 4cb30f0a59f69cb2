@echo off
where node >nul 2>nul
if errorlevel 1 (
  echo pulumi-resource-uvlambda needs Node.js 20 or newer, and PATH has no node: install Node.js 1>&2
  exit /b 1
)
node "%~dp0dist\index.js" %*
