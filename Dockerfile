# The binary, the certificates that its libraries read from a file, and a directory for temporary files: all that
# scripts/image puts into target/image. No USER and no WORKDIR, as GitHub demands of actions
# (https://docs.github.com/actions/reference/workflows-and-actions/dockerfile-support).
FROM scratch
# Connects the package with its repository
# (https://docs.github.com/packages/learn-github-packages/connecting-a-repository-to-a-package).
LABEL org.opencontainers.image.source=https://github.com/your-org/jobnet-action
COPY target/image/ /
ENTRYPOINT ["/usr/local/bin/jobnet"]
