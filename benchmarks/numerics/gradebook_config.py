"""The course that benchmarks grade: four numerical exercises."""

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "bench"
