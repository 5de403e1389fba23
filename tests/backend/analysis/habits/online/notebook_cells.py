# request: [1]
#%%
import json
# %% [markdown]
# Scoring
#%%
def init():
    pass
#%%
def run(data):
    return json.loads(data)
#%%
