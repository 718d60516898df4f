// Noto Sans SC in pieces by character: a machine without a Chinese font shows no boxes.
import "@fontsource-variable/noto-sans-sc/wght.css";
