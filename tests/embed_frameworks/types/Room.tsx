// The elements in JSX as TypeScript reads them. Nothing of it runs.
import { useState } from "react";
import type {} from "meet-in-chat/react";

export function Room({ id }: { id: string }) {
  const [connected, set] = useState(false);
  return (
    <main>
      <meet-call-toasts />
      <meet-call-stage room-id={id} layouts theme="dark" oncall-ended={(event) => set(event.detail.connected)} />
      <meet-call-buttons room-id={id} className="beside">
        <svg slot="voice-icon" />
      </meet-call-buttons>
      {/* @ts-expect-error a number is no room */}
      <meet-call-settings room-id={7} />
      {String(connected)}
    </main>
  );
}
