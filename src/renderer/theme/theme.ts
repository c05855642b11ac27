/** Mantine brought down to UI.md: 13 px, 28 px rows, radius 4, no shadows, transitions under 120 ms. Colours are in theme.css. */
import {
  ActionIcon,
  Button,
  Collapse,
  createTheme,
  Kbd,
  Menu,
  Modal,
  NumberInput,
  Popover,
  Progress,
  SegmentedControl,
  Select,
  Slider,
  Switch,
  Tabs,
  TextInput,
  Tooltip,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core'

const accent: MantineColorsTuple = [
  '#eef5ff',
  '#dbe9ff',
  '#b8d3ff',
  '#93bcff',
  '#74acff',
  '#5b9dff',
  '#1f6fe0',
  '#1a62c8',
  '#1654ab',
  '#10458f',
]
const fade = { transition: 'fade', duration: 80 } as const

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 5 },
  colors: { accent },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontSizes: { xs: '11px', sm: '13px', md: '13px', lg: '15px', xl: '17px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '26px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  defaultRadius: 4,
  radius: { xs: '2px', sm: '4px', md: '4px', lg: '4px', xl: '4px' },
  respectReducedMotion: true,
  cursorType: 'default',
  focusRing: 'auto',
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { size: 28, variant: 'subtle', color: 'gray' } }),
    Button: Button.extend({ defaultProps: { h: 28, size: 'sm' } }),
    Collapse: Collapse.extend({ defaultProps: { transitionDuration: 100 } }),
    Kbd: Kbd.extend({ defaultProps: { size: 'xs' } }),
    Menu: Menu.extend({ defaultProps: { transitionProps: fade, withinPortal: true, loop: true } }),
    Modal: Modal.extend({
      defaultProps: { transitionProps: fade, overlayProps: { backgroundOpacity: 0.4 }, centered: true },
    }),
    NumberInput: NumberInput.extend({ defaultProps: { size: 'xs', hideControls: true } }),
    Popover: Popover.extend({ defaultProps: { transitionProps: fade } }),
    Progress: Progress.extend({ defaultProps: { size: 4, radius: 2 } }),
    SegmentedControl: SegmentedControl.extend({
      defaultProps: { size: 'sm', transitionDuration: 100, withItemsBorders: false },
    }),
    Select: Select.extend({
      defaultProps: {
        size: 'xs',
        allowDeselect: false,
        checkIconPosition: 'right',
        comboboxProps: { transitionProps: fade },
      },
    }),
    Slider: Slider.extend({ defaultProps: { size: 2, thumbSize: 12, label: null } }),
    Switch: Switch.extend({ defaultProps: { size: 'xs' } }),
    Tabs: Tabs.extend({ defaultProps: { variant: 'default' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'xs' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 500, transitionProps: fade, withinPortal: true, offset: 6 } }),
  },
})

const colours = {
  '--mantine-color-body': 'var(--lc-panel)',
  '--mantine-color-text': 'var(--lc-text)',
  '--mantine-color-bright': 'var(--lc-text)',
  '--mantine-color-dimmed': 'var(--lc-dim)',
  '--mantine-color-default': 'var(--lc-raised)',
  '--mantine-color-default-hover': 'var(--lc-hover)',
  '--mantine-color-default-color': 'var(--lc-text)',
  '--mantine-color-default-border': 'var(--lc-line)',
  '--mantine-color-placeholder': 'var(--lc-dim)',
  '--mantine-color-error': 'var(--lc-bad)',
  '--mantine-color-anchor': 'var(--lc-accent)',
  '--mantine-primary-color-filled': 'var(--lc-accent)',
  '--mantine-primary-color-filled-hover': 'var(--lc-accent-hover)',
  '--mantine-primary-color-contrast': 'var(--lc-on-accent)',
}

export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: colours, dark: colours })
