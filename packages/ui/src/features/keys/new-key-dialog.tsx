import { Button, Modal, MultiSelect, NumberInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { meQuery } from "../../api/queries/account.ts";
import { createApiKey } from "../../api/requests/api-key.ts";
import type { NewApiKey } from "../../api/types/account.ts";
import { useAction } from "../../api/use-action.ts";
import { CopyButton } from "../../atoms/copy-button.tsx";
import { RefusalNotice } from "../../atoms/refusal-notice.tsx";
import { RequestPreview } from "../../atoms/request-preview.tsx";

/** Makes a key, then shows its token, this once. */
export function NewKeyDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="New API key"
      size="lg"
      closeOnClickOutside={false}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {opened && <Form onClose={onClose} />}
    </Modal>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const { data: me } = useQuery(meQuery());
  const [name, setName] = useState("");
  const [days, setDays] = useState(90);
  const [scopes, setScopes] = useState<string[]>([]);
  const [made, setMade] = useState<NewApiKey | null>(null);
  const action = useAction([["api-keys"]]);
  const request = createApiKey(name, days, scopes);

  if (made !== null) {
    return (
      <div className="stack">
        <div className="notice" data-tone="good" role="status">
          <strong>The key {made.name} is made.</strong> Its token is shown now and never again; Windlass keeps only a
          hash of it.
        </div>
        <div className="row">
          <TextInput
            className="grow"
            aria-label="Token"
            readOnly
            value={made.token}
            size="sm"
            onFocus={(event) => event.currentTarget.select()}
            styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 12 } }}
            data-autofocus
          />
          <CopyButton text={made.token} label="Copy token" />
        </div>
        <p className="dim">
          In a shell: <code>export WINDLASS_API_KEY=…</code>, then every request copied from this page works as it is.
        </p>
        <div>
          <Button onClick={onClose}>Done</Button>
        </div>
      </div>
    );
  }
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const answer = await action.run(request);
    if (answer !== undefined) setMade(answer.body as NewApiKey);
  };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)} aria-label="New API key">
      <TextInput
        label="Name"
        description="Who or what will use it"
        required
        withAsterisk={false}
        value={name}
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NumberInput
        label="Valid for days"
        description="At most 365"
        min={1}
        max={365}
        value={days}
        onChange={(value) => setDays(Number(value))}
        w={160}
      />
      <MultiSelect
        label="Limited to"
        description="Permissions of yours that the key keeps; none chosen: all of them"
        data={[...(me?.permissions ?? [])]}
        value={scopes}
        onChange={setScopes}
        searchable
        clearable
        limit={50}
      />
      {action.refused !== null && <RefusalNotice refused={action.refused} />}
      <details>
        <summary>The request</summary>
        <RequestPreview requests={[request]} />
      </details>
      <div className="row">
        <Button type="submit" loading={action.pending}>
          Create key
        </Button>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
