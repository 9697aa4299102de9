import type { Me } from '../../api/trpc.ts';
import { Card } from '../../ui/card.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { wordOfRole } from '../../words/roles.ts';

/** Name and short name of the organisation. */
export function OrganisationCard({ me }: { me: Me }) {
  const { organisation, role } = me;
  if (!organisation) return null;
  return (
    <Card title="Organisation" help="settings">
      <Facts>
        <Fact label="Name">{organisation.name}</Fact>
        <Fact label="ID">
          <CopyId id={organisation.id} what="organisation ID" isWhole />
        </Fact>
        <Fact label="Your role">{role === null ? null : wordOfRole(role)}</Fact>
      </Facts>
    </Card>
  );
}
