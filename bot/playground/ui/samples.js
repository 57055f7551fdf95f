/** Sample payloads: what the bot says and shows, plus what nobody should send. */

const plain = (text) => ({ type: "plain_text", text });
const words = (text) => ({ type: "mrkdwn", text });
const option = (text, value = text.toLowerCase(), more = {}) => ({ text: plain(text), value, ...more });
const button = (text, action_id, more = {}) => ({ type: "button", text: plain(text), action_id, ...more });
const rich = (...elements) => ({ type: "rich_text", elements: [{ type: "rich_text_section", elements }] });
const said = (text, style) => ({ type: "text", text, style });
const raw = (text) => ({ type: "raw_text", text });
const figure = (text) => ({ type: "raw_number", text, value: Number(text.replace(/\D/g, "")) });

export const PEOPLE = [
  { id: "U0ADA", real_name: "Ada Lindqvist", title: "General manager", initials: "AL", color: "#8a4fff" },
  { id: "U0BEN", real_name: "Ben Okafor", title: "Front office manager", initials: "BO", color: "#00857a" },
  { id: "U0APP", real_name: "Innkeeper", is_bot: true, color: "#0b6b5d" },
];

export const CHANNELS = [
  { id: "C0GENERAL", name: "general", kind: "channel" },
  { id: "C0MANAGERS", name: "managers", kind: "private" },
  { id: "C0PARTNER", name: "partner-desk", kind: "channel", is_shared: true },
];

const VENDORS = [
  ["Oracle OPERA", "For groups and large houses", "about 10 minutes"],
  ["Mews", "Cloud native, open connections", "about 3 minutes"],
  ["Cloudbeds", "Independent hotels and hostels", "about 3 minutes"],
];

const card = ([name, line, time]) => ({
  type: "card",
  block_id: `card-${name}`,
  title: words(`*${name}*`),
  subtitle: words(line),
  body: words(`You will need: an access token.\nTakes ${time}.`),
  actions: [button("Choose", `choose-${name}`, { style: "primary" }), button("Guide", `guide-${name}`, { url: "https://example.com/guide" })],
});

const task = (title, status, more = {}) => ({ type: "task_card", task_id: title, title, status, ...more });

export const SAMPLES = [
  {
    title: "Step 1: choose",
    blocks: [
      { type: "header", block_id: "h1", text: plain("Which system does your hotel use?") },
      { type: "context", block_id: "c1", elements: [words("*Step 1 of 5* · Choose"), words("▰▱▱▱▱ 20 %")] },
      { type: "section", block_id: "s1", text: words("Choose the PMS your hotel uses today. You can also just type _we use Mews_.") },
      { type: "carousel", block_id: "cards", elements: VENDORS.map(card) },
      { type: "actions", block_id: "a1", elements: [button("Next", "next", { style: "primary" }), button("Cancel", "cancel", { confirm: { title: plain("Cancel the set-up?"), text: words("The draft is *wiped*."), confirm: plain("Cancel set-up"), deny: plain("Go on"), style: "danger" } })] },
    ],
  },
  {
    title: "Step 3: test, as a plan",
    blocks: [
      {
        type: "plan",
        block_id: "plan",
        title: "Testing the connection to Mews",
        tasks: [
          task("Address is allowed", "complete"),
          task("Name resolves and the server answers", "complete", { output: rich(said("api.mews.example, 42 ms")) }),
          task("Credentials are accepted", "in_progress", { details: rich(said("Asking "), said("configuration/get", { code: true })) }),
          task("Bookings may be read", "pending"),
          task("Guests may be read", "error", { details: rich(said("The vendor refuses: permission is missing.")), sources: [{ type: "url", url: "https://example.com/permissions", text: "How to grant it" }] }),
        ],
      },
      task("Reading the guide", "in_progress", { block_id: "alone", details: rich(said("Two pages so far")) }),
    ],
  },
  {
    title: "Step 4: review",
    blocks: [
      { type: "section", block_id: "r1", text: words("*Is this your hotel?*"), fields: [words("*Name*\nHotel Aurora"), words("*City*\nStockholm"), words("*Rooms*\n84"), words("*Arrivals today*\n17")], accessory: { type: "overflow", action_id: "more", options: [option("Show details", "details"), option("Copy for support", "copy"), option("Open the vendor", "open", { url: "https://example.com/" })] } },
      { type: "section", block_id: "r2", text: words("Access token `••••••••` · read every 15 minutes · seen by <@U0ADA> and <#C0MANAGERS>") },
      { type: "actions", block_id: "r3", elements: [{ type: "checkboxes", action_id: "sure", options: [option("I confirm the information is correct", "yes")] }] },
      { type: "divider", block_id: "r4" },
      { type: "actions", block_id: "r5", elements: [button("Save Configuration", "save", { style: "primary" }), button("Edit Credentials", "edit"), button("Disconnect", "drop", { style: "danger" })] },
    ],
  },
  {
    title: "Answers and feedback",
    blocks: [
      { type: "markdown", block_id: "m1", text: "## Why the test failed\n\nThe token is **valid**, but it may not read *guests*.\n\n1. Open **Settings › Integrations**\n2. Tick `Customers: read`\n   - only once per property\n3. Press ~~Save~~ *Apply*\n\n> Changes need about a minute.\n\n```\nGET /customers 403\n```\nMore in the [guide](https://example.com/guide)." },
      { type: "context_actions", block_id: "m2", elements: [{ type: "feedback_buttons", action_id: "helped", positive_button: { text: plain("Helpful"), value: "yes" }, negative_button: { text: plain("Not helpful"), value: "no" } }, { type: "icon_button", icon: "trash", action_id: "remove", text: plain("Remove") }] },
    ],
  },
  {
    title: "Alerts",
    blocks: ["default", "info", "success", "warning", "error"].map((level) => ({ type: "alert", block_id: level, level, text: words(`*${level}* · Your token is visible while you type it.`) })),
  },
  {
    title: "A form",
    errors: { "f-mail": "Please enter a valid e-mail address." },
    blocks: [
      { type: "input", block_id: "f-token", label: plain("Access token"), hint: plain("Settings › Integrations"), element: { type: "plain_text_input", action_id: "v", placeholder: plain("Paste it here") } },
      { type: "input", block_id: "f-mail", label: plain("Contact e-mail"), element: { type: "email_text_input", action_id: "v", initial_value: "ada@" } },
      { type: "input", block_id: "f-url", label: plain("Endpoint URL"), optional: true, element: { type: "url_text_input", action_id: "v" } },
      { type: "input", block_id: "f-rooms", label: plain("Number of rooms"), optional: true, element: { type: "number_input", action_id: "v", is_decimal_allowed: false, min_value: "1" } },
      { type: "input", block_id: "f-note", label: plain("Note"), optional: true, element: { type: "plain_text_input", action_id: "v", multiline: true, max_length: 300 } },
      { type: "input", block_id: "f-vendor", label: plain("Vendor"), element: { type: "static_select", action_id: "v", placeholder: plain("Choose one"), option_groups: [{ label: plain("Cloud"), options: [option("Mews"), option("Apaleo")] }, { label: plain("On site"), options: [option("protel")] }] } },
      { type: "input", block_id: "f-what", label: plain("What to sync"), element: { type: "multi_static_select", action_id: "v", initial_options: [option("Bookings")], options: [option("Bookings"), option("Guests"), option("Rooms")] } },
      { type: "input", block_id: "f-who", label: plain("Ask a colleague"), element: { type: "users_select", action_id: "v" } },
      { type: "input", block_id: "f-where", label: plain("Report to"), element: { type: "conversations_select", action_id: "v", filter: { include: ["public", "private"] } } },
      { type: "input", block_id: "f-how", label: plain("How often"), element: { type: "radio_buttons", action_id: "v", initial_option: option("Every 15 minutes", "15"), options: [option("Every 15 minutes", "15"), option("Every hour", "60", { description: plain("Kinder to small accounts") })] } },
      { type: "input", block_id: "f-day", label: plain("From"), optional: true, element: { type: "datepicker", action_id: "v", initial_date: "2026-11-22" } },
      { type: "input", block_id: "f-time", label: plain("At"), optional: true, element: { type: "timepicker", action_id: "v", initial_time: "06:30" } },
    ],
  },
  {
    title: "Controls in a message",
    blocks: [
      { type: "section", block_id: "k1", text: words("How often should I look?"), accessory: { type: "static_select", action_id: "often", placeholder: plain("Frequency"), options: [option("Every 15 minutes", "15"), option("Every hour", "60")] } },
      { type: "section", block_id: "k2", text: words("Where should findings go?"), accessory: { type: "channels_select", action_id: "channel", placeholder: plain("Channel") } },
      { type: "actions", block_id: "k3", elements: [{ type: "multi_users_select", action_id: "people", placeholder: plain("Who hears of it") }, { type: "radio_buttons", action_id: "stars", options: [option("1"), option("2"), option("3")] }] },
    ],
  },
  {
    title: "Container, table, rich text, pictures",
    blocks: [
      { type: "container", block_id: "x1", title: plain("Today"), subtitle: plain("As of 14:05"), is_collapsible: true, width: "full", child_blocks: [{ type: "section", block_id: "x1a", text: words("17 arrivals, 12 departures, 3 rooms out of order.") }] },
      { type: "container", block_id: "x2", title: plain("Findings"), has_header_divider: true, child_blocks: [{ type: "section", block_id: "x2a", text: words("Nothing needs you.") }] },
      { type: "table", block_id: "x3", column_settings: [{}, { align: "right" }, { is_wrapped: true }], rows: [[raw("Room type"), raw("Free"), raw("Note")], [raw("Double"), figure("12"), raw("Two more after the late departures at noon")], [raw("Suite"), figure("1"), rich(said("held for "), { type: "user", user_id: "U0BEN" })]] },
      { type: "rich_text", block_id: "x4", elements: [{ type: "rich_text_section", elements: [said("Bold", { bold: true }), said(", "), said("italic", { italic: true }), said(", "), said("struck", { strike: true }), said(", "), { type: "link", url: "https://example.com/", text: "a link" }, said(" "), { type: "emoji", name: "tada" }] }, { type: "rich_text_list", style: "ordered", elements: [{ type: "rich_text_section", elements: [said("First")] }, { type: "rich_text_section", elements: [said("Second")] }] }, { type: "rich_text_quote", elements: [said("A quotation")] }, { type: "rich_text_preformatted", elements: [said("curl https://example.com/health")] }] },
      { type: "image", block_id: "x5", image_url: "https://example.com/house.png", alt_text: "The hotel at night", title: plain("Hotel Aurora") },
      { type: "context", block_id: "x6", elements: [{ type: "image", image_url: "https://example.com/dot.png", alt_text: "status" }, words("Updated <!date^1795000000^{date_short_pretty} at {time}|22 November 2026>")] },
    ],
  },
  {
    title: "Message markup",
    blocks: [
      { type: "section", block_id: "t1", text: words("*Bold*, _italic_, ~struck~, `code &amp; <b>`, *_both_* and a_b_c stay.\n• first thing that is long enough to reach the next line when the window is narrow\n• second thing\n> quoted <https://example.com/a?b=1&amp;c=2|label>\nafter the quote :white_check_mark: :unknown_one:\n```\npre  <https://example.com|link>\n```\n<!here> <@U0BEN> <#C0GENERAL> <mailto:desk@example.com|mail us> https://example.com/bare.") },
    ],
  },
  {
    title: "Words without an end",
    blocks: [
      { type: "header", block_id: "l1", text: plain("H".repeat(140)) },
      { type: "section", block_id: "l2", text: words(`\`${"token".repeat(60)}\` https://example.com/${"path".repeat(60)}`), fields: [words("F".repeat(300)), words("short")] },
      { type: "actions", block_id: "l3", elements: [button("B".repeat(75), "long"), { type: "static_select", action_id: "s", placeholder: plain("P".repeat(150)), options: [option("O".repeat(75))] }] },
      { type: "card", block_id: "l4", title: words("T".repeat(150)), body: words("Y".repeat(200)), actions: [button("A".repeat(75), "a")] },
      { type: "plan", block_id: "l5", title: "Q".repeat(150), tasks: [task("R".repeat(150), "pending")] },
      { type: "input", block_id: "l6", label: plain("L".repeat(150)), element: { type: "checkboxes", action_id: "v", options: [option("C".repeat(75))] } },
      { type: "context", block_id: "l7", elements: [words("D".repeat(200))] },
      { type: "alert", block_id: "l8", level: "info", text: words("E".repeat(200)) },
    ],
  },
  {
    title: "What nobody should send",
    blocks: [
      { type: "section", block_id: "e1", text: words("<script>window.harmed = 1</script> <javascript:alert(1)|click> <img src=x onerror=alert(1)> <!channel> <data:text/html,hi|data>") },
      { type: "section", block_id: "e2", text: plain("Turned \u202earound\u202c <b>not bold</b> & <!everyone>") },
      { type: "hologram", block_id: "e3" },
      { type: "section", block_id: "e4", fields: "not a list" },
      { type: "context", block_id: "e5", elements: [words("The block above is broken; this one is not.")] },
    ],
  },
];
