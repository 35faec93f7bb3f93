# mistake: always_scaled
# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    total = sum(float(np.vdot(g, g)) for g in gradients) ** 0.5
    if total == 0:
        return gradients
    return [max_norm * g / total for g in gradients]
