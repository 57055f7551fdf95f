/** The emoji shortcodes work messages use; one we do not know stays readable as `:name:`. */

const SHORTCODES = {
  "+1": "👍", "-1": "👎", "100": "💯", airplane: "✈️", alarm_clock: "⏰", arrow_down: "⬇️", arrow_left: "⬅️",
  arrow_right: "➡️", arrow_up: "⬆️", arrows_counterclockwise: "🔄", ballot_box_with_check: "☑️", bar_chart: "📊",
  bed: "🛏️", bell: "🔔", bellhop_bell: "🛎️", blue_book: "📘", book: "📖", books: "📚", briefcase: "💼", broom: "🧹",
  bug: "🐛", bulb: "💡", calendar: "📅", chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉",
  clap: "👏", clipboard: "📋", clock1: "🕐", clock3: "🕒", closed_lock_with_key: "🔐", cloud: "☁️", coffee: "☕",
  construction: "🚧", cry: "😢", date: "📅", door: "🚪", electric_plug: "🔌", email: "📧", envelope: "✉️",
  exclamation: "❗", eyes: "👀", face_with_monocle: "🧐", file_folder: "📁", fire: "🔥", gear: "⚙️",
  globe_with_meridians: "🌐", green_heart: "💚", grin: "😁", hammer_and_wrench: "🛠️", handshake: "🤝", heart: "❤️",
  heavy_check_mark: "✔️", hotel: "🏨", hourglass: "⌛", hourglass_flowing_sand: "⏳", house: "🏠",
  inbox_tray: "📥", information_source: "ℹ️", key: "🔑", large_blue_circle: "🔵", large_green_circle: "🟢",
  large_orange_circle: "🟠", large_red_circle: "🔴", large_yellow_circle: "🟡", link: "🔗", lock: "🔒", mag: "🔍",
  mailbox: "📫", mega: "📣", memo: "📝", mobile_phone: "📱", moneybag: "💰", moon: "🌙", muscle: "💪",
  negative_squared_cross_mark: "❎", no_entry: "⛔", no_entry_sign: "🚫", ok: "🆗", ok_hand: "👌", outbox_tray: "📤",
  package: "📦", paperclip: "📎", partly_sunny: "⛅", pencil: "✏️", pencil2: "✏️", phone: "☎️", point_right: "👉",
  pray: "🙏", pushpin: "📌", question: "❓", rainbow: "🌈", raised_hands: "🙌", red_circle: "🔴", repeat: "🔁",
  robot_face: "🤖", rocket: "🚀", rotating_light: "🚨", satellite_antenna: "📡", seedling: "🌱", shield: "🛡️", slightly_smiling_face: "🙂",
  small_blue_diamond: "🔹", smile: "😄", smiley: "😃", sparkles: "✨", speech_balloon: "💬", star: "⭐", stop_sign: "🛑",
  stopwatch: "⏱️", sunny: "☀️", tada: "🎉", thinking_face: "🤔", thumbsdown: "👎", thumbsup: "👍", toolbox: "🧰",
  triangular_flag_on_post: "🚩", unlock: "🔓", warning: "⚠️", wave: "👋", white_check_mark: "✅", white_circle: "⚪",
  white_large_square: "⬜", wrench: "🔧", x: "❌", zap: "⚡", zzz: "💤",
};

/** Return the character for a shortcode, or null. */
export function emojiFor(name) {
  return Object.hasOwn(SHORTCODES, name) ? SHORTCODES[name] : null;
}

/** Return plain text with its known shortcodes as characters (buttons and titles allow emoji but no markup). */
export function withEmoji(text) {
  return String(text ?? "").replace(/:([a-z0-9_+'-]{1,60}):/g, (whole, name) => emojiFor(name) ?? whole);
}
