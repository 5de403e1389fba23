@echo off
rem See azmlinfsrv beside this file.
set "here=%~dp0"
if defined VIRTUAL_ENV if exist "%VIRTUAL_ENV%\Scripts\python.exe" (
  "%VIRTUAL_ENV%\Scripts\python.exe" "%here%..\bootstrap.py" %*
  exit /b %errorlevel%
)
if defined AZMLINFSRV_PYTHON (
  "%AZMLINFSRV_PYTHON%" "%here%..\bootstrap.py" %*
  exit /b %errorlevel%
)
python "%here%..\bootstrap.py" %*
exit /b %errorlevel%
