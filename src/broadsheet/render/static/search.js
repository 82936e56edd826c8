// Search without a server. The index is small files, spread by hash; what they cannot tell for sure is looked up in the
// text itself. docs/decisions/0012-search-without-a-server.md says how; Python writes what is read here.
"use strict";
(() => {
  const place = document.getElementById("found");
  if (!place) return;
  const root = place.dataset.root, zone = place.dataset.zone;
  const say = (key, n) => place.getAttribute(`data-${key}`).replace("{n}", n);
  const AT_ONCE = 20, LONGEST = 64, OVERLAP = 120, CODE = 2 ** 21, WORDS_FROM = 0x110000;

  // ---- files: fetched over HTTP, loaded as scripts from a stick, where browsers refuse to fetch -------------------
  const kept = new Map(), expected = new Map();
  let loaded = 0;
  window.b = (text) => expected.get(document.currentScript.src)(text);

  const load = (name, stamp) => {
    const address = new URL(`${root}${name}?${stamp}`, location.href).href;
    if (!kept.has(address)) kept.set(address, (location.protocol === "file:" ? byScript : byFetch)(address).then(unpack));
    return kept.get(address);
  };
  const byFetch = async (address) => {
    const reply = await fetch(address);
    if (reply.status === 404) return null;
    if (!reply.ok) throw new Error(`${address}: ${reply.status}`);
    const bytes = new Uint8Array(await reply.arrayBuffer());
    loaded += bytes.length;
    const plain = new Uint8Array(bytes.length);
    let end = 0;
    for (let at = 3; at < bytes.length - 3; at++) {  // between b(" and ")\n
      let byte = bytes[at];
      if (byte === 92) { byte = bytes[++at]; byte = byte === 110 ? 10 : byte === 114 ? 13 : byte; }
      plain[end++] = byte;
    }
    return plain.subarray(0, end);
  };
  const byScript = (address) => new Promise((done) => {
    const script = document.createElement("script");
    script.charset = "x-user-defined";
    const end = (bytes) => { expected.delete(script.src); script.remove(); done(bytes); };
    expected.set(address, (text) => {
      loaded += text.length;
      end(Uint8Array.from(text, (sign) => sign.charCodeAt(0) & 255));
    });
    script.onerror = () => end(null);
    script.src = address;
    document.head.append(script);
  });
  const unpack = async (bytes) => {
    if (!bytes) return null;
    let stream;
    try { stream = new DecompressionStream("deflate-raw"); } catch { return inflate(bytes); }
    return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
  };
  const loadJson = async (name, stamp) => {
    const bytes = await load(name, stamp);
    return bytes && JSON.parse(new TextDecoder().decode(bytes));
  };

  // Deflate (RFC 1951) for browsers that cannot do it themselves.
  const inflate = (bytes) => {
    const BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
    const FAR = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
    const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    const out = [];
    let at = 0, bit = 0;
    const bits = (count) => {
      let value = 0;
      for (let one = 0; one < count; one++) {
        value |= ((bytes[at] >> bit) & 1) << one;
        if (++bit === 8) { bit = 0; at++; }
      }
      return value;
    };
    const tree = (lengths) => {
      const counts = new Array(16).fill(0), starts = new Array(16).fill(0), symbols = [];
      for (const length of lengths) counts[length]++;
      counts[0] = 0;
      for (let length = 1; length < 16; length++) starts[length] = starts[length - 1] + counts[length - 1];
      lengths.forEach((length, symbol) => { if (length) symbols[starts[length]++] = symbol; });
      return { counts, symbols };
    };
    const read = ({ counts, symbols }) => {
      let code = 0, first = 0, index = 0;
      for (let length = 1; length < 16; length++) {
        code |= bits(1);
        if (code - counts[length] < first) return symbols[index + code - first];
        index += counts[length];
        first = (first + counts[length]) << 1;
        code <<= 1;
      }
      throw new Error("no deflated bytes");
    };
    for (let last = 0; !last;) {
      last = bits(1);
      const kind = bits(2);
      if (kind === 0) {
        if (bit) { bit = 0; at++; }
        const length = bytes[at] | (bytes[at + 1] << 8);
        at += 4;
        for (let one = 0; one < length; one++) out.push(bytes[at++]);
        continue;
      }
      let lengths = [...new Array(144).fill(8), ...new Array(112).fill(9), ...new Array(24).fill(7), ...new Array(8).fill(8)];
      let distances = new Array(30).fill(5);
      if (kind === 2) {
        const many = bits(5) + 257, fars = bits(5) + 1, own = new Array(19).fill(0);
        for (let count = bits(4) + 4, one = 0; one < count; one++) own[ORDER[one]] = bits(3);
        const code = tree(own), all = [];
        while (all.length < many + fars) {
          const symbol = read(code);
          if (symbol < 16) all.push(symbol);
          else if (symbol === 16) all.push(...new Array(3 + bits(2)).fill(all[all.length - 1]));
          else all.push(...new Array(symbol === 17 ? 3 + bits(3) : 11 + bits(7)).fill(0));
        }
        lengths = all.slice(0, many);
        distances = all.slice(many);
      }
      const literal = tree(lengths), far = tree(distances);
      for (let symbol; (symbol = read(literal)) !== 256;) {
        if (symbol < 256) { out.push(symbol); continue; }
        symbol -= 257;
        const length = BASE[symbol] + bits(symbol < 8 || symbol === 28 ? 0 : (symbol - 4) >> 2);
        const back = read(far), from = out.length - FAR[back] - bits(back < 4 ? 0 : (back - 2) >> 1);
        for (let one = 0; one < length; one++) out.push(out[from + one]);
      }
    }
    return Uint8Array.from(out);
  };

  // ---- words: folded, and cut into tokens, as broadsheet.language does --------------------------------------------
  const DENSE = /[\u0e00-\u0eff\u1000-\u11ff\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3021-\u303c\u3041-\u318f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\u{16fe0}-\u{1b2ff}\u{20000}-\u{3ffff}]/u;
  const UNSEEN = /[\p{Cf}\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0640\u064b-\u065f\u0670\u180b-\u180f\ufe00-\ufe0f]/u;
  const LETTERS = { "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ё": "е" };
  const variants = new Map();  // sign -> the one it is read as, for the signs of the question
  const folds = new Map();

  const foldSign = (sign) => {
    const known = folds.get(sign);
    if (known !== undefined) return known;
    let folded;
    if (/[\n\u2028\u2029]/.test(sign)) folded = "\n";
    else if (UNSEEN.test(sign)) folded = "";
    else if (/\p{Cs}/u.test(sign)) folded = " ";
    else if (sign >= "\u3400" && sign <= "\u9fff") folded = variants.get(sign) || sign;
    else {
      folded = "";
      for (const one of sign.normalize("NFKC").toUpperCase().toLowerCase()) {
        const apart = one.normalize("NFD");
        let bare = one;
        if ([...apart].length > 1 && /^[\p{Script=Latin}\p{Script=Greek}]/u.test(apart)) bare = [...apart][0];
        else if (UNSEEN.test(one) && !/\p{Cf}/u.test(one)) bare = "";
        for (const letter of bare) folded += LETTERS[letter] || variants.get(letter) || letter;
      }
      folded = [...folded].map((one) => (/[\p{L}\p{N}\p{M}]/u.test(one) ? one : " ")).join("");
      if (!folded.trim()) folded = " ";
    }
    folds.set(sign, folded);
    return folded;
  };
  const compose = (text) => text.normalize("NFC").replace(/[\uff66-\uff9f]+/g, (kana) => kana.normalize("NFKC"));

  // A token is one sign of a script without spaces, or a spaced word: {word, dense, from, to, after: "", " " or "\n"}.
  const tokensOf = (text) => {
    const tokens = [];
    let at = 0, after = "\n", open = null;
    for (const sign of text) {
      const behind = at + sign.length;
      for (const one of foldSign(sign)) {
        if (one === "\n" || one === " ") {
          if (after !== "\n") after = one;
          open = null;
        } else if (DENSE.test(one)) {
          tokens.push({ word: one, dense: true, from: at, to: behind, after });
          after = "";
          open = null;
        } else if (open) {
          open.word += one;
          open.to = behind;
        } else {
          open = { word: one, dense: false, from: at, to: behind, after };
          tokens.push(open);
          after = "";
        }
      }
      at = behind;
    }
    for (const token of tokens) if (!token.dense && token.word.length > LONGEST) token.word = [...token.word].slice(0, LONGEST).join("");
    return tokens;
  };

  // The places in a text where a phrase stands: pairs of offsets.
  const findPhrase = (tokens, phrase) => {
    const found = [];
    for (let at = 0; at + phrase.length <= tokens.length; at++) {
      let fits = true;
      for (let step = 0; fits && step < phrase.length; step++) {
        const token = tokens[at + step], asked = phrase[step];
        fits = token.word === asked.word && token.dense === asked.dense
          && (!step || (token.after !== "\n" && (asked.bond === "tight" ? token.after === "" : asked.bond !== "apart" || token.after === " ")));
      }
      if (fits) found.push([tokens[at].from, tokens[at + phrase.length - 1].to]);
    }
    return found;
  };

  const phraseOf = (said) => {
    const tokens = tokensOf(compose(said));
    return tokens.slice(0, OVERLAP).map(({ word, dense, after }, at) => ({
      word, dense, bond: !at ? "" : dense && tokens[at - 1].dense ? (after === "" ? "tight" : "apart") : "any",
    }));
  };

  const plurals = (phrase) => {
    const word = phrase.length === 1 ? phrase[0].word : "";
    if (word.length < 4 || !/^[a-z]+$/.test(word)) return [];
    let form = word + "s";
    if (/(ss|us|is)$/.test(word)) form = word + "es";
    else if (/ies$/.test(word)) form = word.slice(0, -3) + "y";
    else if (/(xes|zes|ches|shes|sses)$/.test(word)) form = word.slice(0, -2);
    else if (/s$/.test(word)) form = word.slice(0, -1);
    else if (/[^aeiou]y$/.test(word)) form = word.slice(0, -1) + "ies";
    else if (/(x|z|ch|sh)$/.test(word)) form = word + "es";
    return form.length < 4 ? [] : [[{ ...phrase[0], word: form }]];
  };

  // ---- questions: the language of broadsheet.query, but for beginnings of words (*) and bylines -------------------
  const FIELDS = {
    title: "title", headline: "title", 标题: "title", 標題: "title", 题: "title", 題: "title",
    outlet: "outlet", source: "outlet", site: "outlet", 媒体: "outlet", 媒體: "outlet", 来源: "outlet", 來源: "outlet",
    agency: "agency", 通讯社: "agency", 通訊社: "agency", 电头: "agency", 電頭: "agency",
    lang: "language", language: "language", 语言: "language", 語言: "language",
    has: "has", 有: "has", 含: "has", edited: "edited", revised: "edited", 修改: "edited", 改过: "edited", 改過: "edited",
    after: "after", since: "after", from: "after", 自: "after", 起: "after",
    before: "before", until: "before", to: "before", 至: "before", 止: "before",
    on: "on", date: "on", published: "on", 日期: "on", 时间: "on", 時間: "on",
  };
  const HAS = { picture: "picture", pictures: "picture", image: "picture", photo: "picture", 图: "picture", 图片: "picture", 照片: "picture", byline: "byline", author: "byline", 作者: "byline", 记者: "byline", agency: "agency", 通讯社: "agency" };
  const TONGUES = { 中文: "zh", 汉语: "zh", 华语: "zh", chinese: "zh", 英文: "en", 英语: "en", english: "en", 日文: "ja", 日语: "ja", japanese: "ja", 韩文: "ko", 韩语: "ko", korean: "ko", 法文: "fr", 法语: "fr", french: "fr", 德文: "de", 德语: "de", german: "de", 俄文: "ru", 俄语: "ru", russian: "ru", 西班牙语: "es", spanish: "es", 阿拉伯语: "ar", arabic: "ar" };
  const QUOTES = { '"': '"“”„＂', "“": '"”“＂', "”": '"”“＂', "„": '"“”＂', "＂": '"＂“”', "「": "」", "『": "』", "｢": "｣" };
  class Fault extends Error {}

  const parse = (text, index) => {
    let at = 0;
    const skip = () => { while (/\s/.test(text[at] || "")) at++; };
    const takeWord = (word) => {
      if (!text.startsWith(word, at) || !["", " ", "\u3000", "(", "（"].includes(text[at + word.length] || "")) return false;
      at += word.length;
      return true;
    };
    const takeOr = () => {
      skip();
      if (!/[|｜]/.test(text[at] || "")) return takeWord("OR");
      at += /[|｜]/.test(text[at + 1] || "") ? 2 : 1;
      return true;
    };
    const quoted = () => {
      const closing = QUOTES[text[at]];
      for (let end = at + 1; end < text.length; end++) {
        if (!closing.includes(text[end])) continue;
        const said = text.slice(at + 1, end);
        at = end + 1;
        return said;
      }
      throw new Fault(say("not-closed"));
    };
    const bare = () => {
      const found = /^[^\s(（)）"“”„＂「『｢」』｣|｜]+/.exec(text.slice(at));
      at += found ? found[0].length : 1;
      return found ? found[0] : "";
    };
    const all = (parts) => (parts.length === 1 ? parts[0] : { all: parts });
    const words = (field, said, isQuoted) => {
      const pieces = isQuoted ? [said] : said.split(/[，。、；！？,;!?…《》〈〉【】/]+/);
      return all(pieces.filter((piece) => tokensOf(compose(piece)).length).map((piece) => {
        if (!isQuoted && /[*＊]$/.test(piece) && !DENSE.test([...piece.replace(/[*＊]+$/, "")].pop() || "")) throw new Fault(say("no-prefix"));
        const phrase = phraseOf(piece);
        return { word: { field, phrases: [phrase, ...(isQuoted ? [] : plurals(phrase))] } };
      }));
    };
    const plain = (said) => tokensOf(compose(said)).map((token) => token.word).join("");
    const named = (pairs, said) => (pairs.find(([one, ...names]) => [one, ...names].some((name) => plain(name) === plain(said))) || [said])[0];
    const trait = (name, said) => {
      if (name === "outlet") return { trait: `outlet:${named(index.o, said).normalize("NFKC").toLowerCase()}` };
      if (name === "agency") return { trait: `agency:${named(index.a, said).toLowerCase()}` };
      if (name === "language") return { trait: `language:${TONGUES[plain(said)] || said.normalize("NFKC").toLowerCase().replace("_", "-")}` };
      if (name === "has") {
        if (!HAS[plain(said)]) throw new Fault(`${say("no-such-field")}: has:${said}`);
        return { trait: `has:${HAS[plain(said)]}` };
      }
      const edited = { trait: "edited:yes" };
      return /^(no|false|0|n|否|没有|沒有)$/.test(plain(said)) ? { not: edited } : edited;
    };
    const period = (name, said) => {
      const found = /^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?$/.exec(said.normalize("NFKC"));
      if (!found) throw new Fault(say("no-such-date"));
      const [year, month, day] = [+found[1], +(found[2] || 1), +(found[3] || 1)];
      const days = (...parts) => Math.floor(Date.UTC(...parts) / 86400000);
      const first = days(year, month - 1, day);
      const check = new Date(first * 86400000);
      if (check.getUTCFullYear() !== year || check.getUTCMonth() !== month - 1 || check.getUTCDate() !== day) throw new Fault(say("no-such-date"));
      const behind = found[3] ? first + 1 : found[2] ? days(year, month, 1) : days(year + 1, 0, 1);
      return name === "after" ? { after: first } : name === "before" ? { before: first } : { after: first, before: behind };
    };
    const field = (name) => {
      const isQuoted = (text[at] || "") in QUOTES;
      const said = at < text.length && !/\s/.test(text[at]) ? (isQuoted ? quoted() : bare()) : "";
      if (!said.trim()) throw new Fault(`${say("too-little")}: ${name}:`);
      if (name === "title") return words("title", said, isQuoted);
      if (["after", "before", "on"].includes(name)) return period(name, said);
      const values = isQuoted ? [said] : said.split(/[,，、]/).filter(Boolean);
      const parts = values.map((value) => trait(name, value.trim()));
      return parts.length === 1 ? parts[0] : { any: parts };
    };
    const term = (depth) => {
      skip();
      if (at >= text.length || /[)）]/.test(text[at])) return null;
      const isMinus = /[-－−–]/.test(text[at]) && /\S/.test(text[at + 1] || "");
      if (isMinus || takeWord("NOT")) {
        at += isMinus ? 1 : 0;
        const part = term(depth);
        if (!part) throw new Fault(say("too-little"));
        return isEmpty(part) ? part : { not: part };
      }
      if (/[(（]/.test(text[at])) {
        at++;
        const inside = depth < 12 ? readAll(depth + 1) : null;
        if (!inside || at >= text.length) throw new Fault(say("not-closed"));
        at++;
        return inside;
      }
      if (text[at] in QUOTES) return words("text", quoted(), true);
      const found = /^([A-Za-z]{1,20}|[\u4e00-\u9fff]{1,3})[:：]/.exec(text.slice(at));
      const name = found && FIELDS[found[1].toLowerCase()];
      if (name) {
        at += found[0].length;
        return field(name);
      }
      if (found && /^[A-Za-z]/.test(found[1]) && /\S/.test(text[at + found[0].length] || "")) throw new Fault(`${say("no-such-field")}: ${found[0]}`);
      return words("text", bare(), false);
    };
    const isEmpty = (part) => part.all && !part.all.length;
    const alternatives = (depth) => {
      skip();
      while (takeWord("AND")) skip();
      const one = term(depth);
      if (!one) return null;
      const parts = [one];
      while (takeOr()) {
        const other = term(depth);
        if (!other) throw new Fault(say("too-little"));
        parts.push(other);
      }
      const told = parts.filter((part) => !isEmpty(part));
      return told.length > 1 ? { any: told } : told[0] || { all: [] };
    };
    const readAll = (depth) => {
      const parts = [];
      for (let one; (one = alternatives(depth));) if (!isEmpty(one)) parts.push(one);
      return all(parts);
    };
    const asked = readAll(0);
    if (at < text.length) throw new Fault(say("not-closed"));
    if (isEmpty(asked)) throw new Fault(say("too-little"));
    return asked;
  };

  // ---- the index --------------------------------------------------------------------------------------------------
  const wordKey = (word) => {
    let one = 0x811c9dc5, other = 0x01000193;
    for (let at = 0; at < word.length; at++) {
      const unit = word.charCodeAt(at);
      one = Math.imul(one ^ unit, 0x01000193) >>> 0;
      other = Math.imul(other ^ unit, 0x5bd1e995) >>> 0;
      other = (other ^ (other >>> 15)) >>> 0;
    }
    return (WORDS_FROM + (one % (CODE - WORDS_FROM))) * CODE + (other >>> 11);
  };
  const shardOf = (key, bits) => {
    let mixed = (Math.imul(Math.floor(key / CODE), 0x9e3779b1) ^ Math.imul((key % CODE) + 0x7f4a7c15, 0x85ebca6b)) >>> 0;
    mixed = Math.imul((mixed ^ (mixed >>> 15)) >>> 0, 0x2c1b3c6d) >>> 0;
    return bits ? mixed >>> (32 - bits) : 0;
  };
  const hex = (number, width) => number.toString(16).padStart(width, "0");

  class Segment {
    constructor([name, articles, signBits, otherBits, stamp]) {
      Object.assign(this, { name, articles, signBits, otherBits, stamp });
    }
    load(name) { return load(`search/${this.name}/${name}`, this.stamp); }
    loadJson(name) { return loadJson(`search/${this.name}/${name}`, this.stamp); }

    // Where a key occurs: [article, passage, mask] in rising order.
    async find(key) {
      const isSign = key % CODE === 0 && key < WORDS_FROM * CODE;
      const bits = isSign ? this.signBits : this.otherBits;
      const digits = hex(shardOf(key, bits), Math.max(1, Math.ceil(bits / 4)));
      const name = `${isSign ? "u" : "b"}/${digits.length < 3 ? digits : `${digits.slice(0, 2)}/${digits.slice(2)}`}`;
      const bytes = await this.load(`${name}.js`);
      if (!bytes) return [];
      let at = 0;
      const number = () => {
        let value = 0, scale = 1, byte;
        do { byte = bytes[at++]; value += (byte & 127) * scale; scale *= 128; } while (byte > 127);
        return value;
      };
      const count = number();
      let which = -1, last = 0;
      for (let one = 0; one < count; one++) if ((last += number()) === key) which = one;
      if (which < 0) return [];
      let before = 0, total = 0, mine = 0;
      for (let one = 0; one < count; one++) {
        const told = number(), here = told % 2 ? 0 : told / 2;
        if (one === which) mine = told;
        if (one < which) before += here;
        total += here;
      }
      if (mine % 2 === 0) return lists(bytes, at, before, mine / 2, total, !isSign);
      const own = await this.load(`${name}-${which.toString(16)}.js`);
      const size = (mine - 1) / 2;
      return lists(own, 0, 0, size, size, !isSign);
    }
    // The id of an article by its number here, and its card with the passage asked for (the headline stands on all).
    async article(number) { return (await this.loadJson(`ids/${(number >> 5).toString(16)}.js`))[number & 31]; }
    async card(number, passage) { return loadJson(`${baseOf(await this.article(number))}.${passage || 1}.js`, this.stamp); }
  }
  const lists = (bytes, at, before, mine, total, withMasks) => {
    const skip = (from, numbers) => { while (numbers) if (bytes[from++] < 128) numbers--; return from; };
    const read = (from) => {
      const numbers = [];
      for (let value = 0, scale = 1; numbers.length < mine; from++) {
        value += (bytes[from] & 127) * scale;
        scale *= 128;
        if (bytes[from] < 128) { numbers.push(value); value = 0; scale = 1; }
      }
      return numbers;
    };
    const passagesAt = skip(at, total), masksAt = skip(passagesAt, total) + before;
    const passages = read(skip(passagesAt, before));
    let article = 0;
    return read(skip(at, before)).map((step, one) => [(article += step), passages[one], withMasks ? bytes[masksAt + one] : 255]);
  };
  const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
    for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? 0xedb88320 ^ (byte >>> 1) : byte >>> 1;
    return byte;
  });
  const baseOf = (article) => {
    const [outlet, key] = article.split("/");
    let crc = -1;
    for (const sign of key) crc = CRC[(crc ^ sign.charCodeAt(0)) & 255] ^ (crc >>> 8);
    return `articles/${outlet}/${hex(~crc & 255, 2)}/${key}`;
  };

  // ---- answers: in each segment, which articles may and which surely do; the rest is looked up in the text --------
  const evaluate = async (asked, segment) => {
    const none = () => new Uint8Array(segment.articles);
    if (asked.word) return evaluateWord(asked.word, segment);
    if (asked.trait) {
      const sure = none();
      for (const [article] of await segment.find(wordKey(`\x01${asked.trait}`))) sure[article] = 1;
      return { maybe: sure, sure, words: [], check: (number) => sure[number] };
    }
    if ("after" in asked || "before" in asked) {
      let day = 0;
      const sure = none();
      (await segment.loadJson("days.js")).forEach((step, number) => {
        day += step;
        sure[number] = day >= (asked.after ?? -Infinity) && day < (asked.before ?? Infinity) ? 1 : 0;
      });
      return { maybe: sure, sure, words: [], check: (number) => sure[number] };
    }
    if (asked.not) {
      const inner = await evaluate(asked.not, segment);
      return {
        maybe: inner.sure.map((one) => 1 - one), sure: inner.maybe.map((one) => 1 - one), words: [],
        check: async (number) => !(await inner.check(number)),
      };
    }
    const parts = [];
    for (const part of asked.all || asked.any) {
      parts.push(await evaluate(part, segment));
      if (asked.all && !parts[parts.length - 1].maybe.includes(1)) break;  // nothing else can help here
    }
    const join = asked.all ? (one, other) => one & other : (one, other) => one | other;
    const [maybe, sure] = ["maybe", "sure"].map((name) => parts.map((part) => part[name]).reduce((one, other) => one.map((value, at) => join(value, other[at]))));
    const check = async (number) => {
      for (const part of parts) if (Boolean(part.sure[number] || (part.maybe[number] && await part.check(number))) !== Boolean(asked.all)) return !asked.all;
      return Boolean(asked.all);
    };
    return { maybe, sure, check, words: parts.flatMap((part) => part.words) };
  };

  const keysOf = (phrase) => {
    const keys = [];
    phrase.forEach(({ word, dense, bond }, at) => {
      const next = phrase[at + 1];
      if (!dense) keys.push([wordKey(word), at]);
      else if (next && next.bond === "tight") keys.push([word.codePointAt(0) * CODE + next.word.codePointAt(0), at]);
      else if (bond !== "tight") keys.push([word.codePointAt(0) * CODE, at]);
    });
    return keys;
  };

  const evaluateWord = async (word, segment) => {
    const maybe = new Uint8Array(segment.articles), sure = new Uint8Array(segment.articles);
    const where = new Map();  // article -> its passages that may have the word, and how much it is the word's
    for (const phrase of word.phrases) {
      const keys = keysOf(phrase);
      let found = null;
      let isSure = keys.length === 1;
      for (const [key, offset] of keys) {
        const listed = await segment.find(key);
        const here = new Map();
        for (const [article, passage, mask] of listed) {
          if (word.field === "title" && passage) continue;
          const turned = ((mask >> (offset & 7)) | (mask << (8 - (offset & 7)))) & 255;
          const name = article * 1024 + passage, both = found ? (found.get(name) || 0) & turned : turned;
          if (both) here.set(name, both);
        }
        found = here;
        if (found.size <= 3) { isSure = isSure || !found.size; break; }  // a few texts are read sooner than more of the index
      }
      for (const [name, mask] of found) {
        const article = name >> 10, passage = name & 1023;
        maybe[article] = 1;
        if (isSure) sure[article] = 1;
        if (!where.has(article)) where.set(article, { passages: new Set(), weight: 0 });
        const one = where.get(article);
        one.passages.add(passage);
        one.weight += passage ? 1 + (mask === 255 ? 0 : mask.toString(2).replaceAll("0", "").length / 8) : 4;
      }
    }
    const checked = new Map();
    const check = (number) => {
      if (!checked.has(number)) checked.set(number, look(number));
      return checked.get(number);
    };
    const look = async (number) => {
      for (const passage of where.get(number)?.passages || []) {
        const card = await segment.card(number, passage);
        const tokens = tokensOf(compose((passage ? card.t : card.h) || ""));
        if (word.phrases.some((phrase) => findPhrase(tokens, phrase).length)) {
          where.get(number).seen = passage;
          return true;
        }
      }
      return false;
    };
    return { maybe, sure, check, words: [{ word, where }] };
  };

  // The articles of one segment that answer, best or newest first, those that must be looked up looked up some at a time.
  const iterHits = async function* (segment, answer, order) {
    const numbers = order || [...answer.maybe.keys()].filter((number) => answer.maybe[number]).reverse();
    for (let at = 0; at < numbers.length; at += 8) {
      const part = numbers.slice(at, at + 8);
      const fits = await Promise.all(part.map((number) => answer.sure[number] || answer.check(number)));
      for (const [one, number] of part.entries()) if (fits[one]) yield { segment, number, answer };
    }
  };

  const search = async function* (asked, segments, isBest, told) {
    const answers = [];
    const add = (segment, answer) => {
      answers.push({ segment, answer });
      told.most += answer.maybe.reduce((sum, one) => sum + one, 0);
      told.least += answer.sure.reduce((sum, one) => sum + one, 0);
    };
    const newest = [...segments].reverse();
    if (isBest) {
      const all = await Promise.all(newest.map((segment) => evaluate(asked, segment)));
      all.forEach((answer, at) => add(newest[at], answer));
      told.isWhole = true;
      yield* byWorth(answers);
      return;
    }
    for (const [at, segment] of newest.entries()) {
      add(segment, await evaluate(asked, segment));
      told.isWhole = at === newest.length - 1;
      yield* iterHits(segment, answers[at].answer);
    }
  };

  // Rare words count more, as do words in the headline and those that several passages have; of equals the newest.
  const byWorth = async function* (answers) {
    const frequent = new Map();
    let articles = 0;
    for (const { segment, answer } of answers) {
      articles += segment.articles;
      for (const { word, where } of answer.words) frequent.set(word, (frequent.get(word) || 0) + where.size);
    }
    const ranked = [];
    for (const [age, { segment, answer }] of answers.entries()) {
      for (const number of answer.maybe.keys()) {
        if (!answer.maybe[number]) continue;
        let worth = 0;
        for (const { word, where } of answer.words) worth += Math.log(1 + articles / frequent.get(word)) * Math.log2(1 + (where.get(number)?.weight || 0));
        ranked.push({ worth, age, number, segment, answer });
      }
    }
    ranked.sort((one, other) => other.worth - one.worth || one.age - other.age || other.number - one.number);
    for (const { segment, number, answer } of ranked) {
      for await (const hit of iterHits(segment, answer, [number])) yield hit;
    }
  };

  // ---- showing ----------------------------------------------------------------------------------------------------
  const marked = (text, marks) => {
    const pieces = [];
    let at = 0;
    for (const [from, to] of marks) {
      if (from < at) continue;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(from, to);
      pieces.push(text.slice(at, from), mark);
      at = to;
    }
    return [...pieces, text.slice(at)];
  };
  const marksOf = (text, words, fields) => {
    const tokens = tokensOf(text);
    const asked = words.filter(({ word }) => fields.includes(word.field));
    return asked.flatMap(({ word }) => word.phrases.flatMap((phrase) => findPhrase(tokens, phrase))).sort((one, other) => one[0] - other[0]);
  };
  const snippetOf = (text, words) => {
    const marks = marksOf(text, words, ["text"]);
    const wide = DENSE.test(text.slice(marks[0]?.[0] || 0, (marks[0]?.[0] || 0) + 40)) ? 90 : 180;
    let start = marks.length ? Math.max(0, marks[0][0] - Math.floor(wide / 3)) : 0;
    if (start && /[\udc00-\udfff]/.test(text[start])) start--;
    let end = Math.min(text.length, start + wide);
    if (end < text.length && /[\udc00-\udfff]/.test(text[end])) end--;
    const inside = marks.filter(([from, to]) => from >= start && to <= end).map(([from, to]) => [from - start, to - start]);
    const shown = marked(text.slice(start, end).replaceAll("\n", " "), inside);
    return [start ? "…" : "", ...shown, end < text.length ? "…" : ""];
  };
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const show = async ({ segment, number, answer }, outlets) => {
    const counted = new Map();
    for (const { where } of answer.words) {
      const one = where.get(number);
      if (!one) continue;
      if (one.seen) counted.set(one.seen, (counted.get(one.seen) || 0) + 8);
      for (const passage of one.passages) if (passage) counted.set(passage, (counted.get(passage) || 0) + 1);
    }
    const passage = [...counted].sort((one, other) => other[1] - one[1] || one[0] - other[0])[0]?.[0] || 1;
    const card = await segment.card(number, passage);
    const lang = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$/.test(card.l || "") ? card.l : "";
    const headline = compose(card.h || say("no-headline")), when = new Date((card.d || 0) * 1000);
    const day = when.toLocaleDateString("sv-SE", { timeZone: zone });
    const notes = [outlets.get(card.o) || card.o, ...(card.a ? [card.a] : []), ...(card.u ? [`${say("undated")} ${day}`] : [])];
    const link = make("a", { className: "head", href: `${root}${baseOf(card.i)}.html`, dir: "auto", lang }, ...marked(headline, marksOf(headline, answer.words, ["text", "title"])));
    const snippet = make("p", { className: "snippet", dir: "auto", lang }, ...snippetOf(compose(card.t || ""), answer.words));
    const told = make("p", { className: "notes" }, ...notes.map((note) => make("span", {}, note)));
    return make("li", { className: "line" }, make("time", { dateTime: when.toISOString().slice(0, 19) + "Z", className: card.u ? "seen" : "" }, day), make("div", {}, link, snippet, told));
  };

  const begin = async () => {
    const fields = new URLSearchParams(location.search), question = fields.get("q") || "", isBest = fields.get("order") === "best";
    const input = document.querySelector("form[role=search] input");
    input.value = question;
    if (!question.trim()) { input.focus(); return; }
    const [sum, list, button] = [place.querySelector(".sum"), place.querySelector("ol"), place.querySelector("button")];
    place.hidden = false;
    sum.textContent = say("searching");
    const title = document.querySelector("h1");
    title.append(" ", make("span", { dir: "auto" }, question));
    document.title = `${question} · ${document.title}`;
    const index = await loadJson("search/index.js", Date.now().toString(36));
    if (!index) throw new Error("no index");
    await learn(question, index.f);
    let asked;
    try { asked = parse(question, index); } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      sum.textContent = `${say("query-wrong")}: ${fault.message}`;
      return;
    }
    const outlets = new Map(index.o), told = { most: 0, least: 0, isWhole: false };
    const hits = search(asked, index.s.map((one) => new Segment(one)), isBest, told);
    let shown = 0;
    const more = async () => {
      button.hidden = true;
      const rows = [];
      let next;
      while (rows.length < AT_ONCE && !(next = await hits.next()).done) rows.push(show(next.value, outlets));
      const made = await Promise.all(rows);
      list.append(...made);
      shown += made.length;
      const isEnd = made.length < AT_ONCE || (told.isWhole && told.most === told.least && shown === told.most);
      button.hidden = isEnd;
      const count = (number) => number.toLocaleString("en");
      const words = isEnd ? say("hits", count(shown)) : !told.isWhole ? say("hits", `${count(shown)}+`)
        : told.most === told.least ? say("hits", count(told.most)) : say("hits-at-most", count(told.most));
      sum.replaceChildren(shown ? words : say("no-hits"));
      if (shown) sum.append(" · ", say(isBest ? "order-best" : "order-newest"), " / ", make("a", { href: `?${new URLSearchParams(isBest ? { q: question } : { q: question, order: "best" })}` }, say(isBest ? "order-newest" : "order-best")));
      if (made.length && shown > made.length) made[0].querySelector("a").focus();
      Object.assign(place.dataset, { loaded, shown, most: told.most, least: told.least, state: isEnd ? "end" : "more" });
    };
    button.addEventListener("click", () => more().catch(fail));
    await more();
  };
  // Learn which signs are read as which, for the signs of the question alone: no others can make a difference.
  const learn = async (question, stamp) => {
    const signs = [...new Set(compose(question).normalize("NFKC"))].filter((sign) => sign >= "\u2e80");
    const groups = await Promise.all(signs.map((sign) => loadJson(`search/fold/${hex(sign.codePointAt(0) % 64, 2)}.js`, stamp)));
    groups.forEach((found, at) => {
      for (const group of found || []) if ([...group].includes(signs[at])) for (const one of group) variants.set(one, [...group][0]);
    });
    folds.clear();
  };
  const fail = (error) => {
    console.error(error);
    place.hidden = false;
    place.querySelector(".sum").textContent = say("search-failed");
    place.dataset.state = "failed";
  };
  begin().catch(fail).finally(() => { place.dataset.state ||= "end"; });
})();
