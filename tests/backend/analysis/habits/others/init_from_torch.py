from torch.nn import init


def reset(module):
    init.zeros_(module.bias)
