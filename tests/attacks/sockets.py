# claim: no socket reaches anything, the grader's own machine included
# hides: reached
# %% setup
import socket

for family, address in (
    (socket.AF_INET, ("127.0.0.1", 22)), (socket.AF_INET, ("192.0.2.1", 53)), (socket.AF_INET, ("169.254.169.254", 80)),
    (socket.AF_INET6, ("::1", 22)), (getattr(socket, "AF_VSOCK", 40), (2, 1024)), (16, (0, 0)), (17, ("lo", 0)),
    (socket.AF_UNIX, "/run/dbus/system_bus_socket"), (socket.AF_UNIX, "/var/run/docker.sock"),
):
    try:
        end = socket.socket(family, socket.SOCK_RAW if family in (16, 17) else socket.SOCK_STREAM)
        end.settimeout(0.2)
        end.connect(address)
        print("reached", family)
    except (OSError, OverflowError, TypeError):
        pass
try:
    print("reached", socket.getaddrinfo("example.com", 80))
except OSError:
    pass
