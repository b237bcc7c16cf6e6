import { createTheme } from "@mantine/core";

/** Colours live in palette.css; here only sizes and manners that Mantine takes from JavaScript. */
export const theme = createTheme({
  primaryColor: "blue",
  defaultRadius: 5,
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "compact-sm" } },
    ActionIcon: { defaultProps: { size: 26, variant: "subtle", color: "gray" } },
    TextInput: { defaultProps: { size: "xs" } },
    PasswordInput: {
      defaultProps: { size: "xs", visibilityToggleButtonProps: { "aria-label": "Show what is typed" } },
    },
    NumberInput: { defaultProps: { size: "xs" } },
    Textarea: { defaultProps: { size: "xs" } },
    Select: { defaultProps: { size: "xs" } },
    MultiSelect: { defaultProps: { size: "xs" } },
    TagsInput: { defaultProps: { size: "xs" } },
    Checkbox: { defaultProps: { size: "xs" } },
    Switch: { defaultProps: { size: "xs" } },
    SegmentedControl: { defaultProps: { size: "xs" } },
    Tooltip: { defaultProps: { openDelay: 300 } },
    Menu: { defaultProps: { withInitialFocusPlaceholder: false, transitionProps: { duration: 0 } } },
    Popover: { defaultProps: { transitionProps: { duration: 0 } } },
    Modal: { defaultProps: { transitionProps: { duration: 80 } } },
    Drawer: { defaultProps: { transitionProps: { duration: 80 } } },
  },
});
