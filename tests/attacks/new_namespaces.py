# claim: new namespaces, mounts and another root are refused
# hides: escaped
# %% setup
import ctypes, os, subprocess

libc = ctypes.CDLL(None)
for flags in (0x10000000, 0x00020000, 0x40000000, 0x20000000, 0x10020000, 0x00000080):
    if libc.unshare(flags) == 0:
        print("escaped: unshare", hex(flags))
for call in (lambda: os.chroot("/tmp"), lambda: os.setuid(0), lambda: os.setgroups([0])):
    try:
        call()
        print("escaped")
    except OSError:
        pass
if libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0 or libc.umount2(b"/tmp", 2) == 0:
    print("escaped: mount")
for command in (["unshare", "-Ur", "true"], ["su", "-c", "true"], ["mount", "-t", "proc", "proc", "/proc"]):
    try:
        if subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=1).returncode == 0:
            print("escaped", command)
    except (OSError, subprocess.SubprocessError):
        pass
