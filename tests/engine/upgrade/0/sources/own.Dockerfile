FROM public.ecr.aws/lambda/python:3.11 AS wanted
ARG COLOUR=none
RUN --mount=type=secret,id=token python3 -c "import os; print(os.path.exists('/run/secrets/token'))"
COPY --from=uvlambda-dependencies . ${LAMBDA_TASK_ROOT}/
COPY --from=uvlambda-code . ${LAMBDA_TASK_ROOT}/
CMD ["handler.handler"]

FROM wanted AS last
RUN false
