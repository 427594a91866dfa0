# Sourced by seed.sh: three repositories laid out like the ones that the built-in registry names. The first two hold
# the same checkpoint.

# Exactly 466 bytes, as the real one.
model_configuration() {
  local text='{
  "architectures": ["T5ForConditionalGeneration"],
  "d_ff": 1024,
  "d_kv": 64,
  "d_model": 512,
  "decoder_start_token_id": 0,
  "dropout_rate": 0.1,
  "feed_forward_proj": "gated-gelu",
  "is_encoder_decoder": true,
  "model_type": "t5",
  "num_decoder_layers": 8,
  "num_heads": 6,
  "num_layers": 8,
  "pad_token_id": 0,
  "tie_word_embeddings": false,
  "vocab_size": 1536,
  "comment": "'
  local end='"
}'
  local padding=$((466 - ${#text} - ${#end} - 1))
  printf '%s%*s%s\n' "$text" "$padding" '' "$end"
}

write_sources() {
  printf '# %s\n\nMusic transcription. The checkpoint is in "pretrained".\n' "$1" >README.md
  mkdir -p contrib
  echo 'def frames(samples, hop=128): return [samples[i : i + hop] for i in range(0, len(samples), hop)]' \
    >contrib/spectrograms.py
  printf 'import sys\n\nprint("transcribing", *sys.argv[1:])\n' >inference.py
  text_bytes 5000 >contrib/vocabularies.py
  printf 'torch\nlibrosa\n' >requirements.txt
}

# publish_mt3 NAME MODE_OF_CONFIG
publish_mt3() {
  start_repository "$1" master
  write_sources "$1"
  commit_all "Add the sources"
  track_with_lfs '*.pth' >.gitattributes
  mkdir pretrained
  random_bytes "$checkpoint_bytes" mt3.pth >pretrained/mt3.pth
  model_configuration >pretrained/config.json
  chmod "$2" pretrained/config.json
  commit_all "Add the checkpoint"
  publish
}

publish_mt3 gudgud96/MR-MT3 755
publish_mt3 kunato/mt3-pytorch 644

start_repository spaces/mimbres/YourMT3 main
run=amt/logs/2024/mc13_256_g4_all_v7_mt3f_sqr_rms_moe_wf4_n8k2_silu_rope_rp_b36_nops
write_sources YourMT3
track_with_lfs '*.ckpt' >.gitattributes
mkdir -p "$run/checkpoints"
random_bytes "$last_ckpt_bytes" last.ckpt >"$run/checkpoints/last.ckpt"
commit_all "Add the space"
publish
