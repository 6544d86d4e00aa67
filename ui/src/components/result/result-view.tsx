'use client';
import { useState } from 'react';
import { useOutput } from '@/hooks/use-output';
import { usePanel } from '@/hooks/use-panel';
import { useStage } from '@/hooks/use-stage';
import { useStrengths } from '@/hooks/use-strengths';
import { shownFaces } from '@/lib/faces';
import { cleanName, formatDuration, formatFigure } from '@/lib/format';
import type { StrengthOf } from '@/lib/layers';
import type { DoneState, Encoding } from '@/lib/machine';
import type { Options } from '@/lib/options';
import { jsonBlob, reportOf } from '@/lib/report';
import { downloadBlob } from '@/lib/result';
import type { Job } from '@/lib/session';
import { shareCard } from '@/lib/share-card';
import { strings, words } from '@/lib/strings';
import { verdictOf } from '@/lib/verdict';
import { Footer } from '../layout/footer';
import { PanelTitle } from '../layout/panel-title';
import { Workbench } from '../layout/workbench';
import { Stage } from '../stage/stage';
import { Again } from './again';
import { Metrics } from './metrics';
import { Notes } from './notes';
import { Printed } from './printed';
import { ResultActions } from './result-actions';
import { SaveAs } from './save-as';
import { StageTimes } from './stage-times';
import { Strengths } from './strengths';
import { Trust } from './trust';
import { type Version, Versions } from './versions';

interface Props {
  job: Job & { state: DoneState };
  /** Other results of the same photo, to compare with. */
  others: readonly (Job & { state: DoneState })[];
  onSaved: () => void;
  onFade: (strengths: StrengthOf | null) => void;
  onEncode: (encoding: Encoding | null) => void;
  again: Omit<Parameters<typeof Again>[0], 'photo'> & { options: Options };
}

/** Before and after, with what to do next and all details beside it. */
export function ResultView({ job, others, onSaved, onFade, onEncode, again }: Props) {
  const { photo, state } = job;
  const { data } = state.result;
  const strengths = useStrengths(state, onFade);
  const faces = shownFaces({ ...data, faces: strengths.faces }, photo.width);
  const control = useStage(data, faces);
  const [panelShown, togglePanel] = usePanel();
  const output = useOutput(photo, state, onSaved);
  const versions: Version[] = others.map(({ id, state: { result, options } }, index) => ({
    id,
    url: result.url,
    label: strings.stage.version(index + 1, summaryOf(options)),
  }));
  const [against, setAgainst] = useState<number | null>(null);
  const version = versions.find(({ id }) => id === against);
  const before = version ?? { url: photo.url, label: strings.stage.before };
  const after = { url: strengths.url ?? state.result.url, canvas: strengths.canvas, label: strings.stage.after };
  const verdict = verdictOf(strengths.faces);
  const model = data.models.restorer?.[0] ?? strings.name;
  const identity = verdict.word === 'same' && verdict.worst ? formatFigure(verdict.worst.similarity) : null;
  const caption = strings.result.cardCaption(identity, model);
  const reportName = output.name.replace(/\.\w+$/, '.json');
  const card = async () => {
    const url = URL.createObjectURL(await output.picture());
    const texts = { before: before.label, after: after.label, caption };
    return shareCard(before.url, url, data, texts).finally(() => URL.revokeObjectURL(url));
  };
  return (
    <Workbench
      panelShown={panelShown}
      image={
        <>
          {!panelShown && <h1 className="sr-only max-wide:hidden">{strings.result.title}</h1>}
          <Stage
            control={control}
            before={before}
            after={after}
            size={data}
            faces={faces}
            onSave={output.save}
            panel={{ shown: panelShown, toggle: togglePanel }}
          />
        </>
      }
      panel={
        <section className="flex flex-col gap-4">
          <div>
            <PanelTitle focus={false}>{strings.result.title}</PanelTitle>
            <p className="mt-1 text-sm text-soft">
              {strings.result.summary(
                data.faces.filter((face) => face.restored).length,
                data.faces.length,
                formatDuration(data.processing_time_ms),
              )}
            </p>
          </div>
          <Printed before={before} after={after} caption={`${cleanName(photo.file.name)} · ${caption}`} />
          <Trust verdict={verdict} faces={faces} onShowFace={control.showFace} />
          <Notes notes={data.notes ?? []} />
          <ResultActions output={output} card={card} />
          <Strengths
            control={strengths}
            face={faces.find(({ number }) => number === control.face) ?? null}
            minimum={state.options.min_identity}
          />
          {versions.length > 0 && <Versions versions={versions} chosen={against} onChoose={setAgainst} />}
          <div className="print:hidden">
            <SaveAs state={state} onChange={onEncode} />
            <Again photo={photo} {...again} />
            <Metrics data={data} onReport={() => downloadBlob(jsonBlob(reportOf(job)), reportName)} />
            <StageTimes data={data} />
          </div>
          <Footer />
        </section>
      }
    />
  );
}

const summaryOf = (options: Options): string =>
  `${strings.options.factor.times(options.upscale_factor)}, ${words.percent(options.strength)}`;
