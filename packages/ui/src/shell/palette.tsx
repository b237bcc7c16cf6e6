import { Modal } from "@mantine/core";
import { IconPlayerPlay, IconSitemap } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type ReactNode, useDeferredValue, useState } from "react";
import { dagsQuery } from "../api/queries/dags.ts";
import { PLACES } from "./places.ts";

interface Choice {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly icon: ReactNode;
  readonly go: () => void;
}

/** Finds screens, Dags and actions by typing. */
export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Go to" size="lg" closeButtonProps={{ "aria-label": "Close" }}>
      {opened && <Finder onClose={onClose} />}
    </Modal>
  );
}

function Finder({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [current, setCurrent] = useState(0);
  const navigate = useNavigate();
  const search = useDeferredValue(text.trim());
  const { data } = useQuery(dagsQuery({ search, limit: 12 }));

  const wanted = search.toLowerCase();
  const choices: readonly Choice[] = [
    ...PLACES.filter(({ name }) => name.toLowerCase().includes(wanted)).map(
      ({ to, name, letter, icon: Icon }): Choice => ({
        id: `place-${letter}`,
        name,
        hint: `g ${letter}`,
        icon: <Icon size={15} aria-hidden />,
        go: () => void navigate({ to }),
      }),
    ),
    ...(data?.dags ?? []).flatMap(({ dag_id: dagId }): readonly Choice[] => [
      {
        id: `dag-${dagId}`,
        name: dagId,
        hint: "Dag",
        icon: <IconSitemap size={15} aria-hidden />,
        go: () => void navigate({ to: "/dags/$dagId", params: { dagId }, search: {} }),
      },
      ...(wanted === ""
        ? []
        : [
            {
              id: `trigger-${dagId}`,
              name: `Trigger ${dagId}`,
              hint: "Action",
              icon: <IconPlayerPlay size={15} aria-hidden />,
              go: () => void navigate({ to: "/dags/$dagId/trigger", params: { dagId }, search: {} }),
            },
          ]),
    ]),
  ];
  const at = Math.min(current, Math.max(0, choices.length - 1));

  const choose = (choice: Choice | undefined): void => {
    if (choice === undefined) return;
    onClose();
    choice.go();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      const next = (at + step + choices.length) % Math.max(1, choices.length);
      setCurrent(next);
      document.getElementById(`palette-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(choices[at]);
    }
  };

  return (
    <div onKeyDown={onKeyDown}>
      <input
        className="palette-input"
        role="combobox"
        aria-label="Screen, Dag or action"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={choices.length > 0 ? `palette-${at}` : undefined}
        aria-autocomplete="list"
        placeholder="Screen, Dag or action"
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setCurrent(0);
        }}
      />
      <div className="palette-list" role="listbox" id="palette-list" aria-label="Found">
        {choices.map((choice, index) => (
          <div
            key={choice.id}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === at}
            className="palette-option"
            onClick={() => choose(choice)}
          >
            {choice.icon}
            <span className="cut">{choice.name}</span>
            <span className="dim">{choice.hint}</span>
          </div>
        ))}
        {choices.length === 0 && <p className="empty">Nothing is called so.</p>}
      </div>
    </div>
  );
}
