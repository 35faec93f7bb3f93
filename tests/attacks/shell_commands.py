# claim: commands started from a cell are confined and bounded like the cell
# points: 1
# seconds: 15
# hides: root:
# %% setup
get_ipython().system("sleep 3600 & sleep 3600 &")
get_ipython().run_cell_magic("bash", "", "cat /etc/shadow /root/.bashrc; nohup sleep 3600 >/dev/null 2>&1 & disown")

# %% dozen
dozen = 12
