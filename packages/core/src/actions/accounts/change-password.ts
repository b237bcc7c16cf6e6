import { refusal, type Verdict } from "@windlass/contract";
import { updateAccount } from "../../store/accounts.ts";
import type { Action } from "../action.ts";
import { hashPassword } from "./passwords.ts";
import { passwordVerdicts } from "./users.ts";
import { verifyLogin } from "./verify-login.ts";

/** A change of one's own password. */
export interface PasswordInput {
  readonly currentPassword: string;
  readonly newPassword: string;
}

/** Changes one's own password; every other session, token and remembered log-in of the account is void afterwards. */
export const changePassword: Action<PasswordInput, PasswordInput, null> = {
  name: "password.change",
  event: "change_password",
  subject: () => ({ dagId: null }),
  async decide(context, request, input) {
    const verdicts: Verdict[] = [...passwordVerdicts(context, input.newPassword, request.principal.name)];
    const verdict = await verifyLogin(
      context,
      request.principal.name,
      input.currentPassword ?? "",
      request.client.address,
    );
    if ("refusal" in verdict) {
      const throttled = verdict.refusal.code === "credentials.throttled";
      verdicts.push({
        phase: "state",
        refusal: throttled ? verdict.refusal : refusal("account.password_wrong", {}, { pointer: "/current_password" }),
      });
    }
    return { verdicts, warnings: [], plan: input };
  },
  async execute(tx, context, request, { newPassword }) {
    await updateAccount(
      tx,
      request.principal.id,
      { passwordHash: await hashPassword(newPassword, context.config) },
      true,
    );
    return { result: null, afterCommit: () => context.accounts.forget() };
  },
};
