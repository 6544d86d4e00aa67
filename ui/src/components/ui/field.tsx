import type { ReactNode } from 'react';
import { Switch } from './switch';

interface FieldProps {
  /** The id of the label, for aria-labelledby. */
  id: string;
  label: string;
  help?: string;
  value?: string;
  children: ReactNode;
}

/** An option with a label, a control and a help text. */
export function Field({ id, label, help, value, children }: FieldProps) {
  return (
    <div>
      <div className="mb-1.5 flex items-baseline justify-between text-sm">
        <span id={id} className="font-medium">
          {label}
        </span>
        {value !== undefined && <span className="text-soft tabular-nums">{value}</span>}
      </div>
      {children}
      {help !== undefined && <p className="mt-1.5 text-sm text-soft">{help}</p>}
    </div>
  );
}

interface SwitchProps {
  id: string;
  label: string;
  help: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

/** An option that is on or off. */
export function SwitchField({ id, label, help, checked, onChange }: SwitchProps) {
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="text-sm">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        <p id={`${id}-help`} className="mt-0.5 text-soft">
          {help}
        </p>
      </div>
      <Switch id={id} checked={checked} onCheckedChange={onChange} aria-describedby={`${id}-help`} />
    </div>
  );
}
