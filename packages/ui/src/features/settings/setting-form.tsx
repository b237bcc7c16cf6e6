import { Button, Checkbox, Modal, NumberInput, PasswordInput, Textarea, TextInput } from "@mantine/core";
import type { JsonObject, JsonValue } from "@windlass/contract/browser";
import { type FormEvent, useState } from "react";
import { jsonText } from "../../api/json.ts";
import { createSetting, editSetting, type SettingKind } from "../../api/requests/settings.ts";
import { useAction } from "../../api/use-action.ts";
import { RefusalNotice } from "../../atoms/refusal-notice.tsx";
import { RequestPreview } from "../../atoms/request-preview.tsx";

/** A member of a setting, as its form asks for it. */
export interface SettingField {
  readonly name: string;
  readonly label: string;
  readonly kind: "text" | "long" | "number" | "secret" | "flag";
  readonly description?: string;
  readonly required?: boolean;
  /** Names the setting: cannot be changed afterwards. */
  readonly key?: boolean;
}

/** Creates or changes a connection, variable or pool. Only what was changed is sent. */
export function SettingForm({
  kind,
  what,
  fields,
  before,
  onClose,
}: {
  kind: SettingKind;
  what: string;
  fields: readonly SettingField[];
  before: JsonObject | null;
  onClose: () => void;
}) {
  const [values, setValues] = useState<Readonly<Record<string, JsonValue>>>(() =>
    Object.fromEntries(
      fields.map(({ name, kind: type }) => [
        name,
        before?.[name] ?? (type === "flag" ? false : type === "number" ? null : ""),
      ]),
    ),
  );
  const action = useAction([[kind]]);
  const keyName = fields.find(({ key }) => key)?.name ?? "";
  const changed = fields.filter(({ name, kind: type }) =>
    before === null
      ? values[name] !== "" && values[name] !== null
      : type === "secret"
        ? values[name] !== ""
        : (values[name] ?? "") !== (before[name] ?? (type === "flag" ? false : "")),
  );
  const body: JsonObject = Object.fromEntries(
    (before === null ? changed : [...fields.filter(({ name }) => name === keyName), ...changed]).map(({ name }) => [
      name,
      values[name] === "" ? null : (values[name] ?? null),
    ]),
  );
  const request =
    before === null
      ? createSetting(kind, body)
      : editSetting(
          kind,
          jsonText(before[keyName]),
          body,
          changed.map(({ name }) => name),
        );
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if ((await action.run(request)) !== undefined) onClose();
  };
  const set = (name: string, value: JsonValue): void => setValues((now) => ({ ...now, [name]: value }));

  return (
    <Modal
      opened
      onClose={onClose}
      title={before === null ? `New ${what}` : `Change ${what} ${jsonText(before[keyName])}`}
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form className="stack" onSubmit={(event) => void submit(event)} aria-label={what}>
        <div className="fields-two">
          {fields.map((field) => (
            <div key={field.name} className={field.kind === "long" || field.name === "description" ? "whole" : ""}>
              <Field
                field={field}
                value={values[field.name] ?? null}
                fixed={field.key === true && before !== null}
                onChange={(value) => set(field.name, value)}
              />
            </div>
          ))}
        </div>
        {action.refused !== null && <RefusalNotice refused={action.refused} />}
        <details>
          <summary>The request</summary>
          <RequestPreview requests={[masked(request)]} />
        </details>
        <div className="row">
          <Button type="submit" loading={action.pending} disabled={before !== null && changed.length === 0}>
            {before === null ? `Create ${what}` : "Save"}
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function Field({
  field,
  value,
  fixed,
  onChange,
}: {
  field: SettingField;
  value: JsonValue;
  fixed: boolean;
  onChange: (value: JsonValue) => void;
}) {
  const common = {
    label: field.label,
    description: field.description,
    disabled: fixed,
    required: field.required === true,
    withAsterisk: field.required === true,
    name: field.name,
  };
  const text = typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
  switch (field.kind) {
    case "flag":
      return (
        <Checkbox
          label={field.label}
          description={field.description}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "number":
      return (
        <NumberInput
          {...common}
          allowDecimal={false}
          value={typeof value === "number" ? value : ""}
          onChange={(next) => onChange(typeof next === "number" ? next : null)}
        />
      );
    case "secret":
      return (
        <PasswordInput
          {...common}
          autoComplete="new-password"
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "long":
      return (
        <Textarea
          {...common}
          classNames={{ input: "mono" }}
          autosize
          minRows={2}
          maxRows={14}
          spellCheck={false}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "text":
      return (
        <TextInput
          {...common}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

/** A typed secret is not shown in a preview that may be copied into a chat. */
function masked<Request extends { readonly body?: JsonValue }>(request: Request): Request {
  const { body } = request;
  if (typeof body !== "object" || body === null || !("password" in body) || body.password === null) return request;
  return { ...request, body: { ...body, password: "…" } };
}
