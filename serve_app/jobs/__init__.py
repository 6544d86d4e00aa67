"""Jobs: requests that are answered later. Their records and pictures are in Redis, their work goes through Celery."""
