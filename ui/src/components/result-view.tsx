'use client';
import { useEffect, useRef } from 'react';
import { seconds } from '@/lib/format';
import type { Options } from '@/lib/options';
import type { Picture } from '@/lib/picture';
import type { Result } from '@/lib/result';
import { strings } from '@/lib/strings';
import type { Box } from '@/lib/view';
import { Comparison } from './comparison/comparison';
import { PanelTitle } from './panel-title';
import { FaceList } from './result/face-list';
import { Metrics } from './result/metrics';
import { ResultActions } from './result/result-actions';
import { StageTimes } from './result/stage-times';
import { Studio } from './studio';
import { Note } from './ui/note';

interface Props {
  picture: Picture;
  result: Result;
  options: Options;
  onAgain: () => void;
  onReplace: () => void;
}

export interface ShownFace {
  number: number;
  /** In pixels of the result. */
  box: Box;
}

/** The result is the hero: the comparison large, everything that is known about it beside it. */
export function ResultView({ picture, result, options, onAgain, onReplace }: Props) {
  const { data } = result;
  const show = useRef<(box: Box) => void>(() => {});
  useEffect(() => {
    window.scrollTo({ top: 0 }); // a warning stands at the top, and must not be missed
  }, []);
  const factor = data.width / picture.width;
  const shown = data.faces.map(({ box }, index): ShownFace => {
    const [left, top, right, bottom] = box;
    return { number: index + 1, box: [left * factor, top * factor, right * factor, bottom * factor] };
  });
  const restored = data.faces.filter((face) => face.restored).length;
  return (
    <div className="flex flex-col gap-4">
      {data.warning !== null && (
        <Note kind="warning" role="alert" title={strings.result.warning}>
          <p data-testid="warning">{data.warning}</p>
        </Note>
      )}
      <Studio
        stage={<Comparison picture={picture} result={result} faces={shown} show={show} />}
        panel={
          <section className="flex flex-col gap-5">
            <div>
              <PanelTitle>{strings.result.title}</PanelTitle>
              <p className="mt-1 text-sm text-soft">
                {strings.result.summary(restored, data.faces.length, seconds(data.processing_time_ms))}
              </p>
            </div>
            <ResultActions
              picture={picture}
              result={result}
              options={options}
              onAgain={onAgain}
              onReplace={onReplace}
            />
            <div>
              <FaceList picture={picture} result={result} shown={shown} onShow={(box) => show.current(box)} />
              <Metrics data={data} />
              <StageTimes data={data} />
            </div>
          </section>
        }
      />
    </div>
  );
}
