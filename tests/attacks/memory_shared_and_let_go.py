# claim: shared memory that is let go of but stays mapped counts
# hides: two gigabytes
# seconds: 20
# %% setup
import mmap

maps = []
for _ in range(40):
    shared = mmap.mmap(-1, 50_000_000)
    for start in range(0, len(shared), 4096):
        shared[start] = 1
    shared.madvise(mmap.MADV_DONTNEED)
    maps.append(shared)
print("two gigabytes")
