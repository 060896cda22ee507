// `npm run images -- --check | --update`: whether the tags of the images we lean on still lead to the digests that stand in
// the files. Docker asks the registry; nothing is pulled.
import { askDigest, pinnedImages, writeDigest } from './lib/pinned-images.mjs';
import { root } from './lib/paths.mjs';
import { say } from './lib/say.mjs';

const main = async (mode) => {
  if (mode !== '--check' && mode !== '--update') {
    say('npm run images -- --check | --update');
    return 2;
  }
  let moved = 0;
  for (const image of pinnedImages(root)) {
    const found = await askDigest(image.tag);
    if (found === image.digest) say(`same    ${image.tag}`);
    else if (mode === '--check') say(`moved   ${image.tag}: ${image.digest} → ${found}`);
    else {
      writeDigest(root, image, found);
      say(`updated ${image.tag}: ${found}`);
    }
    moved += found === image.digest ? 0 : 1;
  }
  return mode === '--check' && moved > 0 ? 1 : 0;
};

try {
  process.exitCode = await main(process.argv[2]);
} catch (error) {
  say(error.message);
  process.exitCode = 3;
}
