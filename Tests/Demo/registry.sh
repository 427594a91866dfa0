#!/usr/bin/env bash
# usage: registry.sh BASE_URL
#
# Prints a registry of the three sample models as the servers at BASE_URL have them. It names branches and files, but
# pins no commit, size or hash, so that a fetch has to find out everything.
set -euo pipefail

last_ckpt=amt/logs/2024/mc13_256_g4_all_v7_mt3f_sqr_rms_moe_wf4_n8k2_silu_rope_rp_b36_nops/checkpoints/last.ckpt
cat <<JSON
{
  "models": {
    "mr_mt3": {
      "aliases": ["fast"],
      "source": "$1/git/gudgud96/MR-MT3.git",
      "branch": "master",
      "files": ["pretrained/mt3.pth", "pretrained/config.json"],
      "main": "pretrained/mt3.pth"
    },
    "mt3_pytorch": {
      "aliases": ["accurate"],
      "source": "$1/git/kunato/mt3-pytorch.git",
      "branch": "master",
      "files": ["pretrained/mt3.pth", "pretrained/config.json"],
      "main": "pretrained/mt3.pth"
    },
    "yourmt3": {
      "aliases": ["multitask"],
      "source": "$1/git/spaces/mimbres/YourMT3.git",
      "branch": "main",
      "files": ["$last_ckpt"],
      "main": "$last_ckpt"
    }
  }
}
JSON
