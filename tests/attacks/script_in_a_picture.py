# claim: a picture that is no picture does not get into the notebook
# points: 1
# hides: <script>
# %% setup
publish = get_ipython().display_pub.publish
publish({"image/png": "\"><script>alert(1)</script>"})
publish({"application/javascript": "alert(2)"})
publish({"image/png": b"\x89PNG"})

# %% dozen
dozen = 12
